import { describe, expect, test, vi } from "vitest";
import { frameOf, fixtures, pictures, play, scenes } from "../pictures/album.ts";
import { toSvg } from "../pictures/picture.ts";
import { drawn } from "@latchkey/testing/terminal/virtual-terminal";

vi.hoisted(() => {
  process.env["TZ"] = "Europe/Berlin";
});

describe.each(pictures.filter(({ kind }) => kind === "svg"))("docs/pictures", (picture) => {
  const scene = scenes.find(({ name }) => name === picture.scene);

  test(`has ${picture.scene} as it is drawn today`, async () => {
    if (scene === undefined) throw new Error("there is no such scene");
    const state = await play(scene);
    for (const fixture of fixtures) {
      const svg = toSvg(
        await drawn(frameOf(state, { ...picture, look: fixture }), picture),
        fixture,
      );
      await expect(svg).toMatchFileSnapshot(
        `../../../docs/pictures/${picture.scene}-${fixture}.svg`,
      );
    }
  });
});
