// Blocks and borders, drawn as shapes: as letters of a font they would not meet those of the next row.

type Place = {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
};

const LOWER_BLOCKS = "▁▂▃▄▅▆▇█";
const CORNERS = "╭╮╰╯";
const STROKE = 1.2;

/** Whether this letter is drawn as a shape. */
export function isStroke(letter: string): boolean {
  return letter !== "" && `${LOWER_BLOCKS}${CORNERS}─│▌▐▏`.includes(letter);
}

/** A letter of these, drawn once over its place, which may be several cells wide. */
export function strokeOf(letter: string, place: Place, attributes: string): string {
  const { x, y, width, height } = place;
  const eighths = LOWER_BLOCKS.indexOf(letter) + 1;
  if (eighths > 0) {
    const high = (height * eighths) / LOWER_BLOCKS.length;
    return box({ x, y: y + height - high, width, height: high }, attributes);
  }
  if (letter === "▌") return box({ ...place, width: width / 2 }, attributes);
  if (letter === "▐") return box({ ...place, x: x + width / 2, width: width / 2 }, attributes);
  if (letter === "▏") return box({ ...place, width: width / 8 }, attributes);
  const [middle, center] = [y + height / 2, x + width / 2];
  if (letter === "─") {
    return box({ x, y: middle - STROKE / 2, width, height: STROKE }, attributes);
  }
  if (letter === "│") {
    return box({ x: center - STROKE / 2, y, width: STROKE, height }, attributes);
  }
  const end = "╭╮".includes(letter) ? y + height : y;
  const side = "╭╰".includes(letter) ? x + width : x;
  const path = `M${center} ${end}Q${center} ${middle} ${side} ${middle}`;
  // A group, since its own fill would close the curve.
  return `<g fill="none"${attributes.replace("fill=", "stroke=")} stroke-width="${STROKE}"><path d="${path}"/></g>`;
}

function box({ x, y, width, height }: Place, attributes: string): string {
  return `<rect x="${x}" y="${y}" width="${width}" height="${height}"${attributes}/>`;
}
