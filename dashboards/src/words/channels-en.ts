export const channelsEn = {
  channels: {
    title: 'Ways to reach people',
    lead: 'Test each before it is needed. A test is marked as one, and says what the provider made of it.',
    edgeOnly: 'Channels belong to a gateway: open this page there.',
    missing: 'This gateway has no such channel: these people are not reached over it.',
    reachesNobody: 'Nobody is reached over it.',
    test: 'Test',
    testOf: (name: string): string => `Send ${name} a test`,
    tested: {
      accepted: 'Taken by the provider. Ask whether it has arrived.',
      retry: 'Not taken now; a call would be tried again and go over the other ways.',
      failed: 'It does not work: calls do not arrive over it.',
    },
  },
};
