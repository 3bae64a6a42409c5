import { latchkey } from "@latchkey/testing/command/command";

/** Runs a command of the built `latchkey` to its end; gives its standard output. Throws where it fails. */
export async function runLatchkey(
  args: readonly string[],
  env: Readonly<Record<string, string>>,
  stdin = "",
): Promise<string> {
  const { code, stdout, stderr } = await latchkey(args, { env, stdin });
  if (code === 0) return stdout;
  throw new Error(`latchkey ${args.join(" ")} ended with ${code}: ${stdout}${stderr}`);
}
