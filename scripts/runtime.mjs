// Which Node runs Latchkey: the one that package-lock.json pins where npm has one, else the host's.
import { existsSync, symlinkSync } from "node:fs";
import { delimiter, join, relative } from "node:path";
import { fileURLToPath } from "node:url";

export const root = fileURLToPath(new URL("..", import.meta.url));

const tools = join(root, "node_modules", ".bin");
export const pinnedPackage = `node-${process.platform}-${process.arch}`;
const pinnedFolder = join(root, "node_modules", pinnedPackage, "bin");
const pinnedNode = join(pinnedFolder, "node");
const isPinned = process.platform === "linux" && ["x64", "arm64"].includes(process.arch);

export function nodePath() {
  return isPinned ? pinnedNode : process.execPath;
}

export function isNodeThere() {
  return !isPinned || existsSync(pinnedNode);
}

/** Why Latchkey can't run here and what to do, or `null`. Asked before anything is installed. */
export function platformProblem() {
  if (isPinned) {
    const isGlibc = process.report.getReport().header.glibcVersionRuntime !== undefined;
    return isGlibc ? null : "Latchkey needs a Linux with glibc. Use an image such as debian.";
  }
  const [major = 0, minor = 0] = process.versions.node.split(".").map(Number);
  if (major > 24 || (major === 24 && minor >= 7)) return null;
  return (
    `Latchkey needs Node 24.7 or later on ${process.platform} ${process.arch}, and this is ` +
    `${process.version}. Install Node 24 from https://nodejs.org, then try again.`
  );
}

/** npm 9 leaves this link out. With it, `npm run` finds the pinned Node first. */
export function linkNode() {
  if (isPinned && !existsSync(join(tools, "node")))
    symlinkSync(relative(tools, pinnedNode), join(tools, "node"));
}

/** The environment of everything that is started: the pinned Node and the installed tools come first. */
export function environment() {
  const folders = isPinned ? [pinnedFolder, tools] : [tools];
  return { ...process.env, PATH: [...folders, process.env["PATH"] ?? ""].join(delimiter) };
}
