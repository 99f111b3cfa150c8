import { useEffect, useRef, type ReactNode } from 'react';
import uPlot from 'uplot';
import 'uplot/dist/uPlot.min.css';
import { colourOf } from './colour.ts';

interface ChartProps {
  /** What the picture says, for those who cannot see it. */
  readonly label: string;
  readonly data: uPlot.AlignedData;
  /** Builds the options; colours come from the page's tokens, read when the chart is drawn. */
  readonly options: (token: (name: string) => string) => Omit<uPlot.Options, 'width' | 'height'>;
  readonly height: number;
}

/** A uPlot chart that fills its place and follows it, and is drawn again when light turns to dark or a font arrives. */
export function Chart({ label, data, options, height }: ChartProps): ReactNode {
  const place = useRef<HTMLElement>(null);
  useEffect(() => {
    const element = place.current;
    if (!element) return;
    let chart: uPlot | null = null;
    const draw = (): void => {
      chart?.destroy();
      const token = (name: string): string => colourOf(element, name);
      const { axes = [], ...rest } = options(token);
      // The canvas has its own font; without this, Chinese dates would be empty boxes.
      const font = `12px ${getComputedStyle(element).fontFamily}`;
      chart = new uPlot(
        { ...rest, axes: axes.map((axis) => ({ ...axis, font })), width: element.clientWidth, height },
        data,
        element,
      );
    };
    draw();
    const sizes = new ResizeObserver(() => chart?.setSize({ width: element.clientWidth, height }));
    sizes.observe(element);
    const dark = matchMedia('(prefers-color-scheme: dark)');
    dark.addEventListener('change', draw);
    document.fonts.addEventListener('loadingdone', draw);
    return () => {
      sizes.disconnect();
      dark.removeEventListener('change', draw);
      document.fonts.removeEventListener('loadingdone', draw);
      chart?.destroy();
    };
  }, [data, options, height]);
  return <figure ref={place} className="chart" aria-label={label} />;
}
