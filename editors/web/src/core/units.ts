/** Offsets: the server counts code points, JavaScript counts UTF-16 units. */

/** Translates offsets in one text. Made once a text; each translation takes logarithmic time. */
export class Offsets {
  /** For every character of two units, in order, its offset in code points. */
  readonly #wide: number[] = [];

  constructor(text: string) {
    if (!/[\ud800-\udbff]/.test(text)) return;
    let point = 0;
    for (const character of text) {
      if (character.length === 2) this.#wide.push(point);
      point++;
    }
  }

  /** The offset in UTF-16 units of the character at `point`, an offset in code points. */
  units(point: number): number {
    let low = 0;
    let high = this.#wide.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.#wide[middle] as number) < point) low = middle + 1;
      else high = middle;
    }
    return point + low;
  }
}
