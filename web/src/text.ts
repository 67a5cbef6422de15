/** Places in text: the server counts characters, the browser UTF-16 units. */

/** Finds UTF-16 places in a text from counts of characters. */
export class Places {
  /** Character counts at which a character of two units stands, in order; empty for most texts. */
  private readonly wide: number[] = [];

  constructor(readonly text: string) {
    if (!/[\ud800-\udbff]/.test(text)) return;
    let count = 0;
    for (const character of text) {
      if (character.length === 2) this.wide.push(count);
      count += 1;
    }
  }

  /** The UTF-16 place of the character with this number. */
  unit(character: number): number {
    let low = 0;
    let high = this.wide.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.wide[middle] as number) < character) low = middle + 1;
      else high = middle;
    }
    return character + low;
  }

  slice(start: number, end: number): string {
    return this.text.slice(this.unit(start), this.unit(end));
  }
}

/** A stretch of text (UTF-16 places) and the numbers of the marks that cover it. */
export interface Stretch {
  start: number;
  end: number;
  marks: number[];
}

/** Cuts a text at every end of a mark, so that marks may overlap as they like. */
export function stretches(length: number, marks: { start: number; end: number }[]): Stretch[] {
  const cuts = new Set([0, length]);
  for (const mark of marks) {
    if (mark.start > 0 && mark.start < length) cuts.add(mark.start);
    if (mark.end > 0 && mark.end < length) cuts.add(mark.end);
  }
  const places = [...cuts].sort((a, b) => a - b);
  const opening = marks.map((mark, index) => ({ ...mark, index })).sort((a, b) => a.start - b.start);
  const found: Stretch[] = [];
  let open: typeof opening = [];
  let next = 0;
  for (let i = 0; i + 1 < places.length; i += 1) {
    const start = places[i] as number;
    const end = places[i + 1] as number;
    open = open.filter((mark) => mark.end > start);
    while (next < opening.length && (opening[next]?.start as number) <= start) {
      const mark = opening[next] as (typeof opening)[number];
      if (mark.end > start) open.push(mark);
      next += 1;
    }
    found.push({ start, end, marks: open.map((mark) => mark.index).sort((a, b) => a - b) });
  }
  return found;
}

/** The year as a number with a fraction for month and day: 2024-07 is 2024.5. Null where the text is no date. */
export function year(date: string | null): number | null {
  const parts = /^(-?\d{1,4})(?:-(\d\d))?(?:-(\d\d))?/.exec(date ?? "");
  if (!parts) return null;
  const month = parts[2] ? Number(parts[2]) - 1 : 0;
  const day = parts[3] ? Number(parts[3]) - 1 : 0;
  return Number(parts[1]) + month / 12 + day / 372;
}
