// The gateway's embedded broker with nothing behind it: every message is acknowledged in the next turn.
import { createAedesInbox } from '../src/adapters/aedes-inbox.ts';

const inbox = createAedesInbox({ clock: { now: () => Date.now() }, port: 0 });
await inbox.start((message) => void setImmediate(() => message.acknowledge()));
console.log(JSON.stringify({ mqttPort: inbox.port }));
process.once('SIGTERM', () => process.exit(0));
