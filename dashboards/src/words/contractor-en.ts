/** Why a contractor's link shows nothing; the codes are the server's. */
const ended: Record<string, readonly [title: string, what: string]> = {
  LINK_FORGED: ['This link does not work', 'It is not one of ours. Open the newest message that you were sent.'],
  LINK_EXPIRED: ['This link has expired', 'Please call whoever ordered it.'],
  LINK_OVER: ['It is over', 'The incident is closed. Nobody need come any more. Thank you.'],
  LINK_EARLY: ['A moment, please', 'The order is on its way. This page asks again by itself.'],
  ORDER_CALLED_OFF: ['The order was called off', 'Nobody need come any more. Thank you.'],
  ORDER_RECEIVED: ['It is there', 'What was ordered has arrived. Thank you.'],
  ORDER_TURNED_DOWN: ['You declined this order', 'The site has been told. Thank you for saying so.'],
  TOO_MANY_TRIES: ['A moment, please', 'Too many tries from here. This page asks again by itself.'],
};

/** The page of whoever is sent an order, and what they say of it. */
export const contractorEn = {
  contractor: {
    ended,
    title: 'Order',
    for: (contractor: string): string => `for ${contractor}`,
    due: 'Needed on site by',
    overdue: 'Overdue since',
    where: 'Where',
    price: 'Agreed cost',
    contact: 'Contact on site',
    call: (name: string): string => `Call ${name}`,
    confirm: 'We are coming',
    there: 'We are there',
    thereWhy: 'Press it when everything has been delivered.',
    when: 'When will you be there?',
    inMinutes: (minutes: number): string => (minutes < 60 ? `in ${minutes} min` : `in ${minutes / 60} h`),
    promised: (time: string): string => `You promised to be there at ${time}.`,
    another: 'Another time',
    decline: 'We cannot come',
    why: 'Why? The site reads it at once.',
    declineSend: 'Decline the order',
    sent: 'Sent. The site is being told.',
    kept: 'No line. It is kept on this phone and sent as soon as there is one.',
    works: (time: string): string =>
      `This link works until ${time}, for this order alone. What you say stands in the site’s record.`,
    /** As others read it of the contractor. */
    promisedEarly: (what: string, minutes: string): string => `${what}: promised ${minutes} min before it is due`,
    promisedLate: (what: string, minutes: string): string => `${what}: promised ${minutes} min after it is due`,
    turnedDown: (what: string, from: string, cost: string): string =>
      `${from} does not come (${what}), ${cost} given back`,
    arrives: (time: string): string => `promised for ${time}`,
    arrived: (time: string): string => `here at ${time}`,
    saidBy: (name: string): string => `said by ${name}`,
    givenBack: (why: string): string => `given back: ${why}`,
  },
};
