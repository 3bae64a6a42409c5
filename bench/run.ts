import { mkdir, writeFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { firstPaint } from "./first-paint.ts";
import type { Figure } from "./figure.ts";
import { printFigures } from "./figure.ts";

// `npm run bench`: the contenders side by side in one run, as medians and ratios, and kept as JSON.

const results = fileURLToPath(new URL("./results/", import.meta.url));

const figures: Figure[] = await firstPaint();
printFigures(figures);
await mkdir(results, { recursive: true });
await writeFile(
  `${results}latest.json`,
  `${JSON.stringify({ node: process.version, figures }, null, 2)}\n`,
);
