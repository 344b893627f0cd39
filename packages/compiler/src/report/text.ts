/** Names in a model's file are anyone's: what could steer a terminal or break XML becomes U+FFFD. */
export function printable(text: string): string {
  return text
    .toWellFormed()
    .replace(/[\u0000-\u001f\u007f-\u009f\u200e\u200f\u2028-\u202e\u2066-\u2069\ufffe\uffff]/g, "\ufffd");
}

/** Text for an element or a quoted attribute of HTML or SVG. */
export function escaped(text: string): string {
  return printable(text).replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}

export function shortened(text: string, length: number): string {
  const characters = [...text];
  return characters.length <= length ? text : `${characters.slice(0, length - 1).join("")}…`;
}

/** A share as a percentage with two digits: 0.9695 is "96.95 %". */
export function percentText(share: number): string {
  return `${(100 * share).toFixed(2)} %`;
}

/** Whole numbers with thousands apart. */
export function countText(count: number): string {
  return Math.round(count).toLocaleString("en");
}

export function bytesText(bytes: number): string {
  if (bytes < 2 ** 20) return `${(bytes / 2 ** 10).toFixed(1)} KiB`;
  return `${(bytes / 2 ** 20).toFixed(1)} MiB`;
}

export function secondsText(seconds: number): string {
  return seconds < 1 ? `${Math.round(1000 * seconds)} ms` : `${seconds.toFixed(1)} s`;
}

/** "8", or "4–8". */
export function bitsText([least, most]: readonly [number, number]): string {
  return least === most ? String(least) : `${least}–${most}`;
}

export function shapeText(shape: readonly number[]): string {
  return `[${shape.join(", ")}]`;
}
