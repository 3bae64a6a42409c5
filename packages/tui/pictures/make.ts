import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { build } from "tsdown";
import { toPng, toSvg } from "./picture.ts";
import { SIZES } from "@latchkey/testing/terminal/sizes";
import { drawn } from "@latchkey/testing/terminal/virtual-terminal";

// Makes docs/pictures out of the real screens. With a folder as its argument it draws every scene there,
// at all sizes, to be looked at.

const here = (path: string): string => fileURLToPath(new URL(path, import.meta.url));

// The same everywhere, whatever the zone of whoever makes them.
process.env["TZ"] = "Europe/Berlin";
const { frameOf, fixtures, pictures, play, scenes } = await bundled();

/** Node runs TypeScript but no JSX, so the screens are bundled first. */
async function bundled(): Promise<typeof import("./album.ts")> {
  const outDir = here("../dist/pictures");
  await build({
    config: false,
    cwd: here(".."),
    entry: { album: "pictures/album.ts" },
    outDir,
    format: "esm",
    platform: "node",
    dts: false,
    logLevel: "error",
    fixedExtension: false,
  });
  return import(pathToFileURL(join(outDir, "album.js")).href);
}

type Wanted = {
  readonly scene: string;
  readonly columns: number;
  readonly rows: number;
  readonly kind: "png" | "svg";
  readonly file: string;
};

async function make(folder: string, wanted: readonly Wanted[]): Promise<void> {
  mkdirSync(folder, { recursive: true });
  for (const scene of scenes) {
    const ofIt = wanted.filter((picture) => picture.scene === scene.name);
    if (ofIt.length === 0) continue;
    const state = await play(scene);
    for (const { file, kind, ...size } of ofIt) {
      for (const fixture of fixtures) {
        const terminal = await drawn(frameOf(state, { ...size, look: fixture }), size);
        const svg = toSvg(terminal, fixture);
        const path = join(folder, `${file}-${fixture}.${kind}`);
        writeFileSync(path, kind === "png" ? toPng(svg) : svg);
        console.log(path);
      }
    }
  }
}

const [folder] = process.argv.slice(2);
await (folder === undefined
  ? make(
      here("../../../docs/pictures"),
      pictures.map((picture) => ({ ...picture, file: picture.scene })),
    )
  : make(
      folder,
      scenes.flatMap(({ name: scene }) =>
        SIZES.map(([columns, rows]) => {
          const file = `${scene}-${columns}`;
          return { scene, columns, rows, kind: "png" as const, file };
        }),
      ),
    ));
