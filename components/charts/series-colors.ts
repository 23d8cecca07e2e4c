/** How many series have a colour of their own; beyond that, group the rest under "Other". */
export const seriesColorCount = 8;

const otherColor = "var(--chart-other)";

// FNV-1a: the same key gives the same number in every browser and on every day.
function hash(text: string): number {
  let value = 0x811c9dc5;
  for (let index = 0; index < text.length; index += 1) {
    value ^= text.charCodeAt(index);
    value = Math.imul(value, 0x01000193);
  }
  return value >>> 0;
}

/**
 * A colour for each series, as a CSS variable of the theme.
 *
 * It follows from the key, not from the position, so sorting or isolating series does not repaint
 * them. Keys that claim the same colour are resolved in alphabetical order, hence two charts with
 * the same set of series agree as well.
 */
export function seriesColors(
  series: readonly { key: string; other?: boolean | undefined }[],
): ReadonlyMap<string, string> {
  const colors = new Map<string, string>();
  const taken = new Set<number>();
  const keys = series.filter(({ other }) => !other).map(({ key }) => key);
  for (const key of [...new Set(keys)].sort()) {
    let slot = hash(key) % seriesColorCount;
    if (taken.size < seriesColorCount) {
      while (taken.has(slot)) slot = (slot + 1) % seriesColorCount;
    }
    taken.add(slot);
    colors.set(key, `var(--chart-${slot + 1})`);
  }
  for (const { key, other } of series) if (other) colors.set(key, otherColor);
  return colors;
}
