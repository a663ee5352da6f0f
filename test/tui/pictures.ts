// Draws the screens for people to look at: node pictures.js FOLDER [WIDTHxHEIGHT ...] | python3 cells-to-png.py
// Not part of the tests; needs Python with Pillow and the DejaVu fonts.
import { paintFrame } from '../../views/paint.js';
import { CONTINUED, type Surface } from '../../views/surface.js';
import { BOLD, hexOf, UNDERLINE, unpack } from '../../views/theme.js';
import { scenes } from './scenes.js';

const [folder = '.', ...sizes] = process.argv.slice(2);
const only = process.env['SCENES']?.split(',');

for (const size of sizes.length > 0 ? sizes : ['160x44']) {
  const [width = 160, height = 44] = size.split('x').map(Number);
  for (const [name, view] of Object.entries(scenes({ width, height }))) {
    if (only && !only.includes(name)) continue;
    const frame = paintFrame(view);
    process.stdout.write(`${JSON.stringify({ file: `${folder}/${name}-${size}.png`, width, height, rows: rowsOf(frame) })}\n`);
  }
}

type Piece = [text: string, fg: string, bg: string, bold: boolean, underline: boolean];

function rowsOf(frame: Surface): Piece[][] {
  return Array.from({ length: frame.height }, (_, y) => {
    const pieces: Piece[] = [];
    let last = -1;
    for (let x = 0; x < frame.width; x++) {
      const at = y * frame.width + x;
      const code = frame.codes[at] as number;
      const char = code === CONTINUED ? ' ' : String.fromCodePoint(code);
      const packed = frame.styles[at] as number;
      const piece = pieces.at(-1);
      if (packed === last && piece) piece[0] += char;
      else {
        const { fg, bg, attributes } = unpack(packed);
        pieces.push([char, hexOf(fg), hexOf(bg), (attributes & BOLD) !== 0, (attributes & UNDERLINE) !== 0]);
      }
      last = packed;
    }
    return pieces;
  });
}
