export interface Point {
  x: number;
  y: number;
}

export interface Slope {
  slope: number;
  /** How far the slope may be off by chance: it is within twice this in 19 of 20 cases. */
  standardError: number;
}

/** The straight line with the least squares of distances, through at least three points that differ in `x`. */
export function fitLine(points: readonly Point[]): Slope {
  const sum = (of: (point: Point) => number): number => points.reduce((total, point) => total + of(point), 0);
  const meanX = sum(({ x }) => x) / points.length;
  const meanY = sum(({ y }) => y) / points.length;
  const spread = sum(({ x }) => (x - meanX) ** 2);
  const slope = sum(({ x, y }) => (x - meanX) * (y - meanY)) / spread;
  const residual = sum(({ x, y }) => (y - meanY - slope * (x - meanX)) ** 2);
  return { slope, standardError: Math.sqrt(residual / (points.length - 2) / spread) };
}
