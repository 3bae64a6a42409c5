import { type CommandNode, flagsWithValue } from "./tree.ts";

/** A completion for zsh with its own `compinit`; to be evaluated, or saved in `fpath` as `_latchkey`. */
export function zshCompletion(nodes: readonly CommandNode[]): string {
  const [root] = nodes;
  return `#compdef latchkey
# zsh completion for latchkey: eval "$(latchkey completion zsh)"
_latchkey() {
  local at=${quote(root?.path ?? "")} word skip prev=$words[CURRENT-1]
  local -a commands flags
  for word in $words[2,CURRENT-1]; do
    if [[ -n $skip ]]; then skip=; continue; fi
    case $word in
      (${flagsWithValue(nodes).join("|")}) skip=1; continue ;;
    esac
    case "$at $word" in
${nodes
  .slice(1)
  .map(({ path }) => `      (${quote(path)}) at=${quote(path)} ;;`)
  .join("\n")}
    esac
  done
  if [[ $PREFIX == --*=* ]]; then prev=\${PREFIX%%=*}; compset -P '*='; fi
  case "$at|$prev" in
${nodes.flatMap(values).join("\n")}
  esac
  case $at in
${nodes.map(words).join("\n")}
  esac
  if [[ $PREFIX == -* ]]; then _describe -o option flags; else _describe command commands; fi
}
if [[ $funcstack[1] == _latchkey ]]; then _latchkey "$@"; else compdef _latchkey latchkey; fi
`;
}

function values({ path, flags }: CommandNode): string[] {
  return flags.flatMap(({ names, value }) => {
    if (value === "none") return [];
    const patterns = names.map((name) => quote(`${path}|${name}`)).join("|");
    const reply =
      value === "any"
        ? "return"
        : value === "folder"
          ? "_files -/; return"
          : `compadd -- ${value.join(" ")}; return`;
    return [`    (${patterns}) ${reply} ;;`];
  });
}

function words({ path, words: below, flags }: CommandNode): string {
  const commands = below.map(({ word, help }) => described(word, help));
  const options = flags.flatMap(({ names, help }) =>
    names.filter((name) => name.startsWith("--")).map((name) => described(name, help)),
  );
  return `    (${quote(path)})
      commands=(${commands.join(" ")})
      flags=(${options.join(" ")}) ;;`;
}

/** As `_describe` reads it: a colon in front of the description. */
function described(word: string, help: string): string {
  return quote(help === "" ? word : `${word}:${help}`);
}

function quote(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}
