import { type CommandNode, flagsWithValue } from "./tree.ts";

/** A completion for fish 3 and later. */
export function fishCompletion(nodes: readonly CommandNode[]): string {
  const [root] = nodes;
  return `# fish completion for latchkey: latchkey completion fish | source
function __latchkey_at
  set -l at ${quote(root?.path ?? "")}
  set -l skip
  for word in (commandline -opc)[2..-1]
    if test -n "$skip"
      set skip
      continue
    end
    switch $word
      case ${flagsWithValue(nodes).join(" ")}
        set skip 1
        continue
    end
    switch "$at $word"
      case ${nodes
        .slice(1)
        .map(({ path }) => quote(path))
        .join(" ")}
        set at "$at $word"
    end
  end
  test "$at" = "$argv[1]"
end
complete -c latchkey -f
${nodes.flatMap(lines).join("\n")}
`;
}

function lines({ path, words, flags }: CommandNode): string[] {
  const when = `complete -c latchkey -n ${quote(`__latchkey_at ${quote(path)}`)}`;
  return [
    ...words.map(({ word, help }) => `${when} -a ${word}${described(help)}`),
    ...flags.map(({ names, help, value }) => {
      const named = names.map((name) =>
        name.startsWith("--") ? `-l ${name.slice(2)}` : `-s ${name.slice(1)}`,
      );
      const takes =
        value === "none"
          ? ""
          : value === "any"
            ? " -x"
            : value === "folder"
              ? " -x -a '(__fish_complete_directories)'"
              : ` -x -a ${quote(value.join(" "))}`;
      return `${when} ${named.join(" ")}${takes}${described(help)}`;
    }),
  ];
}

function described(help: string): string {
  return help === "" ? "" : ` -d ${quote(help)}`;
}

function quote(text: string): string {
  return `'${text.replace(/['\\]/g, "\\$&")}'`;
}
