export interface Nps {
  /** Promoters (9–10) minus detractors (0–6) in percent, as counted. */
  readonly raw: number;
  /** `100(p−d)` with the adjusted shares: what goes into the score. */
  readonly adjusted: number;
  readonly low: number;
  readonly high: number;
}

/**
 * Net promoter score with its adjusted Wald interval (Sauro, measuringu.com/nps-confidence-intervals):
 * three answers are added, ¾ of a promoter and ¾ of a detractor among them. Few answers give a wide
 * interval, which is the honest thing to show. Null without answers; z 1.96 is 95 %.
 */
export function npsInterval(promoters: number, detractors: number, answers: number, z = 1.96): Nps | null {
  if (answers === 0) return null;
  const n = answers + 3;
  const p = (promoters + 0.75) / n;
  const d = (detractors + 0.75) / n;
  const margin = z * Math.sqrt((p + d - (p - d) ** 2) / n);
  return {
    raw: (100 * (promoters - detractors)) / answers,
    adjusted: 100 * (p - d),
    low: 100 * (p - d - margin),
    high: 100 * (p - d + margin),
  };
}
