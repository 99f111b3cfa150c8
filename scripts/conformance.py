# Runs Eclipse Paho's MQTT 3.1.1 client tests, found in the working directory, against a broker: HOST PORT
# DENIED_FILTER. Prints one JSON line a test on standard output; what the suite itself says goes to standard error.
import contextlib
import json
import sys
import unittest

sys.path.insert(0, '.')
import client_test as suite

OUT = sys.stdout


class Verdicts(unittest.TestResult):
    def tell(self, test, verdict, why=None):
        print(json.dumps({'test': test.id().split('.')[-1], 'verdict': verdict, 'why': why}), file=OUT, flush=True)

    def addSuccess(self, test):
        super().addSuccess(test)
        self.tell(test, 'passed')

    def addFailure(self, test, err):
        super().addFailure(test, err)
        self.tell(test, 'failed', str(err[1]))

    def addError(self, test, err):
        super().addError(test, err)
        self.tell(test, 'failed', repr(err[1]))

    def addSkip(self, test, reason):
        super().addSkip(test, reason)
        self.tell(test, 'skipped', reason)


class Runner:
    def run(self, tests):
        verdicts = Verdicts()
        tests(verdicts)
        return verdicts


suite.host, suite.port = sys.argv[1], int(sys.argv[2])
suite.topics = ('TopicA', 'TopicA/B', 'Topic/C', 'TopicA/C', '/TopicA')
suite.wildtopics = ('TopicA/+', '+/C', '#', '/#', '/+', '+/+', 'TopicA/#')
suite.nosubscribe_topics = (sys.argv[3],)
with contextlib.redirect_stdout(sys.stderr):
    unittest.main(module=suite, argv=['client_test'], testRunner=Runner(), exit=False)
