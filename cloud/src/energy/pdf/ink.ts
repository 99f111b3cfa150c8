/** The colours of a report on paper. */
export const INK = {
  text: '#1c2733',
  dim: '#5b6b7b',
  line: '#d7dee6',
  fill: '#f2f5f8',
  actual: '#1f6f8b',
  expected: '#b3541e',
  low: '#e6eff3',
};
