import { fileURLToPath } from "node:url";
import type { Rolldown } from "tsdown";

const source = (name: string): string =>
  JSON.stringify(fileURLToPath(new URL(`../src/format/${name}.ts`, import.meta.url)));

const EMOJI = "const rgiEmojiRegex = /^\\p{RGI_Emoji}$/v;";
const IS_NARROW = "/^[\\u0020-\\u007E]*$/.test(string)";
const IS_EMOJI = "rgiEmojiRegex.test(segment)";

/**
 * Makes Ink, and what it is made of, draw plain text without what only other text needs, and what takes the
 * engine a third of a terminal's start to make: `Intl.Segmenter`, and the expression that knows all emoji.
 */
export function plainText(): Rolldown.Plugin {
  return {
    name: "plain-text",
    transform: {
      filter: { id: /node_modules/, code: /\bnew Intl\.Segmenter\(/ },
      handler(code, id) {
        const made = code.replace(/\bnew Intl\.Segmenter\(.*?\)/g, "new PlainSegmenter()");
        const segmenting = `import { Segmenter as PlainSegmenter } from ${source("segmenter")};\n${made}`;
        if (!id.endsWith("/string-width/index.js")) return segmenting;
        for (const replaced of [EMOJI, IS_NARROW, IS_EMOJI]) {
          if (!code.includes(replaced)) this.error("string-width measures in another way now.");
        }
        const lazily = `(rgiEmojiRegex ??= new RegExp("^\\\\p{RGI_Emoji}$", "v")).test(segment)`;
        return `import { isPlain } from ${source("plain")};\n${segmenting
          .replace(EMOJI, () => "let rgiEmojiRegex;")
          .replace(IS_NARROW, () => "isPlain(string)")
          .replace(IS_EMOJI, () => `(!isPlain(segment) && ${lazily})`)}`;
      },
    },
  };
}
