/** What the page of energy reports says beside the report itself. */
export const energyEn = {
  energyReport: {
    open: 'Savings report →',
    title: 'Energy savings',
    back: 'Back to the client',
    none: 'No report has been made yet. One is made each night once meters and weather are set up.',
    choose: 'Report',
    pdf: 'Download PDF',
    inputs: 'Inputs, to reckon it again',
    approve: 'It was one: leave it out',
    reject: 'It was not: leave it in',
    decide: 'Decide',
    yourName: 'Your name',
    whyDecided: 'Reason',
    deciding: 'Reckoning again …',
  },
};
