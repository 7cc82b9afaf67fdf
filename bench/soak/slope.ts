export interface Point {
  x: number;
  y: number;
}

export interface Slope {
  slope: number;
  /**
   * How far the slope may be off by chance: it is within twice this in 19 of 20 cases. Memory is not scattered about its line
   * from sample to sample, it lies above for a while and then below: so many samples say no more than few. The correction is
   * the usual one for residuals each of which resembles the one before.
   */
  standardError: number;
}

/** The straight line with the least squares of distances, through at least three points that rise in `x`. */
export function fitLine(points: readonly Point[]): Slope {
  const sum = (of: (point: Point) => number): number => points.reduce((total, point) => total + of(point), 0);
  const meanX = sum(({ x }) => x) / points.length;
  const meanY = sum(({ y }) => y) / points.length;
  const spread = sum(({ x }) => (x - meanX) ** 2);
  const slope = sum(({ x, y }) => (x - meanX) * (y - meanY)) / spread;
  const residuals = points.map(({ x, y }) => y - meanY - slope * (x - meanX));
  const squares = residuals.reduce((total, residual) => total + residual ** 2, 0);
  const standardError = Math.sqrt((squares / (points.length - 2) / spread) * inflation(residuals, squares));
  return { slope, standardError };
}

/** By what the variance grows, since a residual resembles the one before: (1 + r) / (1 - r), with their correlation r. */
function inflation(residuals: readonly number[], squares: number): number {
  if (squares === 0) return 1;
  const products = residuals.reduce((total, residual, n) => total + residual * (residuals[n - 1] ?? 0), 0);
  // Close to 1 the samples are too few to tell it from 1.
  const correlation = Math.min(0.95, Math.max(0, products / squares));
  return (1 + correlation) / (1 - correlation);
}
