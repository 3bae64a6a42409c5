import { type CommandNode, flagsWithValue } from "./tree.ts";

/** A completion for bash 3.2 and later; needs nothing else. */
export function bashCompletion(nodes: readonly CommandNode[]): string {
  const [root] = nodes;
  return `# bash completion for latchkey: eval "$(latchkey completion bash)"
_latchkey() {
  local cur=\${COMP_WORDS[COMP_CWORD]} prev=\${COMP_WORDS[COMP_CWORD - 1]} at=${root?.path} word skip= i
  COMPREPLY=()
  # bash takes --flag=value apart at the sign.
  if [ "$prev" = "=" ]; then prev=\${COMP_WORDS[COMP_CWORD - 2]}; fi
  if [ "$cur" = "=" ]; then cur=; fi
  for ((i = 1; i < COMP_CWORD; i++)); do
    word=\${COMP_WORDS[i]}
    if [ -n "$skip" ]; then
      if [ "$word" != "=" ]; then skip=; fi
      continue
    fi
    case $word in
      ${flagsWithValue(nodes).join("|")}) skip=1; continue ;;
    esac
    case "$at $word" in
${nodes
  .slice(1)
  .map(({ path }) => `      "${path}") at="${path}" ;;`)
  .join("\n")}
    esac
  done
  case "$at|$prev" in
${nodes.flatMap(values).join("\n")}
  esac
  case $at in
${nodes.map(words).join("\n")}
  esac
}
complete -F _latchkey latchkey
`;
}

function values({ path, flags }: CommandNode): string[] {
  return flags.flatMap(({ names, value }) => {
    if (value === "none") return [];
    const patterns = names.map((name) => `"${path}|${name}"`).join("|");
    return [`    ${patterns}) ${reply(value)}; return ;;`];
  });
}

function reply(value: "any" | "folder" | readonly string[]): string {
  if (value === "any") return ":";
  if (value === "folder") return 'COMPREPLY=($(compgen -d -- "$cur"))';
  return `COMPREPLY=($(compgen -W "${value.join(" ")}" -- "$cur"))`;
}

function words({ path, words: below, flags }: CommandNode): string {
  const flagNames = flags.flatMap(({ names }) => names.filter((name) => name.startsWith("--")));
  const commands = below.map(({ word }) => word).join(" ");
  const flagsOnly = `COMPREPLY=($(compgen -W "${flagNames.join(" ")}" -- "$cur"))`;
  if (commands === "") return `    "${path}") ${flagsOnly} ;;`;
  return `    "${path}")
      if [[ $cur == -* ]]; then ${flagsOnly}
      else COMPREPLY=($(compgen -W "${commands}" -- "$cur")); fi ;;`;
}
