// Starting other programs: in silence while preparing, or in place of this one.
import { spawn } from "node:child_process";
import { environment } from "./runtime.mjs";

const endings = ["SIGINT", "SIGTERM", "SIGHUP"];

/**
 * Runs a program without input and keeps what it prints: that is worth reading only if it fails.
 * A signal that ends this process ends the program first.
 */
export function runQuietly(file, args, { cwd, env = {} }) {
  return new Promise((resolve) => {
    const child = spawn(file, args, {
      cwd,
      env: { ...environment(), ...env },
      stdio: ["ignore", "pipe", "pipe"],
      shell: process.platform === "win32",
    });
    let output = "";
    child.stdout.on("data", (chunk) => (output += chunk));
    child.stderr.on("data", (chunk) => (output += chunk));
    const stopPassing = passSignals(child);
    child.on("error", (error) => {
      stopPassing();
      resolve({ ok: false, output: error.message });
    });
    child.on("close", (code, signal) => {
      stopPassing();
      if (signal !== null && endings.includes(signal)) process.kill(process.pid, signal);
      else resolve({ ok: code === 0, output });
    });
  });
}

/**
 * Turns this process into the program, so that signals, job control, the terminal and the exit code
 * are its own. A Node that can't (before 22.15) starts it as a child and stands aside; that is so only
 * on the run that installs the pinned Node, since from then on npm finds that one.
 */
export function become(file, args, cwd) {
  process.chdir(cwd);
  const env = environment();
  if (process.execve !== undefined && process.platform !== "win32") {
    process.execve(file, [file, ...args], env);
  }
  const child = spawn(file, args, { env, stdio: "inherit" });
  const stopPassing = passSignals(child);
  child.on("error", (error) => {
    console.error(error.message);
    process.exit(1);
  });
  child.on("exit", (code, signal) => {
    stopPassing();
    if (signal === null) process.exit(code);
    else process.kill(process.pid, signal);
  });
}

/** Ending signals go to the child, which may have a terminal to restore; this process ends after it. */
function passSignals(child) {
  const passers = endings.map((signal) => [signal, () => child.kill(signal)]);
  for (const [signal, pass] of passers) process.on(signal, pass);
  return () => {
    for (const [signal, pass] of passers) process.off(signal, pass);
  };
}
