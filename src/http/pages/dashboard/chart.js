import { element } from './elements.js';

/**
 * @typedef {object} Line
 * @property {string} label
 * @property {string} color The name of a custom property of the style sheet.
 */

/**
 * @typedef {object} ChartOptions
 * @property {string} title
 * @property {'bars' | 'lines'} kind
 * @property {readonly Line[]} lines
 * @property {(value: number) => string} format
 * @property {(at: number) => string} formatAt
 * @property {boolean} [isCounted] Values are whole numbers.
 * @property {[number, number]} [range] Of the values; by default from 0 to the largest.
 */

const heightPx = 120;
/** Steps between the marks of an axis, so that none stands at half a request. */
const wholeSteps = Array.from({ length: 12 }, (_, power) => [1, 2, 5].map((step) => step * 10 ** power)).flat();
const darkness = matchMedia('(prefers-color-scheme: dark)');

/**
 * A small chart over time with its title and the figures under the pointer. For screen readers it is a picture with a
 * summary: whoever shows it also has a table.
 */
export class Chart {
  #options;
  #place = element('div', { class: 'plot' });
  #readout = element('span', { class: 'readout', 'aria-hidden': 'true' });
  /** @type {(readonly (number | null)[])[]} Times in seconds, then the values of each line. */
  #data = [];
  /** @type {uPlot | undefined} */
  #plot;
  node;

  /** @param {ChartOptions} options */
  constructor(options) {
    this.#options = options;
    this.node = element(
      'figure',
      { class: 'chart' },
      element('figcaption', {}, options.title, this.#readout),
      this.#place,
    );
    new ResizeObserver(() => {
      this.#resize();
    }).observe(this.#place);
    darkness.addEventListener('change', () => {
      this.#plot?.destroy();
      this.#plot = undefined;
      this.#draw();
    });
  }

  /**
   * @param {readonly number[]} times In milliseconds since the epoch.
   * @param {readonly (readonly (number | null)[])[]} values Of each line.
   * @param {string} summary What it shows, in words.
   */
  show(times, values, summary) {
    this.#data = [times.map((at) => at / 1000), ...values];
    this.#place.setAttribute('role', 'img');
    this.#place.setAttribute('aria-label', `${this.#options.title}: ${summary}`);
    this.#draw();
  }

  #draw() {
    const width = this.#place.clientWidth;
    if (width === 0 || this.#data.length === 0) return;
    const data = /** @type {uPlot.AlignedData} */ (this.#data);
    if (this.#plot === undefined) this.#plot = new uPlot(this.#plotOptions(width), data, this.#place);
    else this.#plot.setData(data);
  }

  #resize() {
    if (this.#plot === undefined) this.#draw();
    else this.#plot.setSize({ width: this.#place.clientWidth, height: heightPx });
  }

  /**
   * @param {number} width
   * @returns {uPlot.Options}
   */
  #plotOptions(width) {
    const { lines, format, range, kind, isCounted = false } = this.#options;
    const axis = { stroke: colorOf('--muted'), ticks: { show: false }, grid: { stroke: colorOf('--line'), width: 1 } };
    const bars = uPlot.paths.bars?.({ size: [0.7, 40] });
    return {
      width,
      height: heightPx,
      legend: { show: false },
      cursor: { y: false, drag: { x: false, y: false }, points: { show: kind === 'lines' } },
      // The first and the last bar need room for their halves.
      scales: { x: { range: (_plot, min, max) => widened(min, max, kind) }, y: { range: range ?? fromZero } },
      axes: [
        {
          ...axis,
          grid: { show: false },
          size: 22,
          values: (_plot, at) => at.map((seconds) => this.#formatAt(seconds)),
        },
        {
          ...axis,
          size: 52,
          space: 30,
          ...(isCounted && { incrs: wholeSteps }),
          values: (_plot, values) => values.map(format),
        },
      ],
      series: [
        {},
        ...lines.map(({ label, color }) => ({
          label,
          stroke: colorOf(color),
          spanGaps: true,
          points: { show: false },
          ...(kind === 'bars' ? { fill: colorOf(color), width: 0, ...(bars && { paths: bars }) } : { width: 2 }),
        })),
      ],
      hooks: {
        setCursor: [
          (plot) => {
            this.#readout.textContent = this.#textAt(plot.cursor.idx);
          },
        ],
      },
    };
  }

  /** @param {number} seconds */
  #formatAt(seconds) {
    return this.#options.formatAt(seconds * 1000);
  }

  /** @param {number | null | undefined} index */
  #textAt(index) {
    const seconds = index == null ? undefined : this.#data[0]?.[index];
    if (index == null || seconds == null) return '';
    const { lines, format } = this.#options;
    const values = lines.flatMap(({ label }, line) => {
      const value = this.#data[line + 1]?.[index];
      return value == null ? [] : [lines.length === 1 ? format(value) : `${label} ${format(value)}`];
    });
    return ` ${this.#formatAt(seconds)}: ${values.join(', ')}`;
  }
}

/**
 * @param {number} min
 * @param {number} max
 * @param {ChartOptions['kind']} kind
 * @returns {uPlot.Range.MinMax}
 */
function widened(min, max, kind) {
  const margin = kind === 'bars' ? Math.max((max - min) / 40, 1800) : 0;
  return [min - margin, max + margin];
}

/**
 * @param {uPlot} _plot
 * @param {number} _min
 * @param {number} max
 * @returns {uPlot.Range.MinMax}
 */
function fromZero(_plot, _min, max) {
  return [0, max > 0 ? max * 1.1 : 1];
}

/** @param {string} name */
function colorOf(name) {
  return getComputedStyle(document.documentElement).getPropertyValue(name).trim();
}
