import { readFile } from "node:fs/promises";
import type { Bar, Figure } from "../figure.ts";
import type { Fixture } from "../fixture.ts";
import { type Program, startProgram } from "../program.ts";
import type { Asking } from "../programs/check-latency.ts";
import type { Attack, Attacking } from "../programs/ssh-attack.ts";
import type { Server } from "./server.ts";

// What hostile members do to the checks of everybody else.

const CALM_SECONDS = 5;
/** Longer than a process that hangs is let be. */
const ATTACK_SECONDS = 15;

/** Of a figure's p99 to that of checks while nothing else happens. */
export const CHECK_BARS: readonly Bar[] = [{ of: "ratio", atMost: 2 }];

const attacks: readonly Attack[] = [
  "a packet size of 0",
  "400 MB beyond the window",
  "ESC [ and digits without end",
  "a paste without end",
  "120 connections without a channel",
  "all of a long log, read",
  "all of a long log, ten times and never read",
];

export async function attackFigures(
  fixture: Fixture,
  { url, port, token, keyFiles: [keyFile = ""] }: Server,
  checks: Program<Asking, number[]>,
): Promise<Figure[]> {
  const attacker = startProgram<Attacking, number>(fixture, "ssh-attack");
  const privateKey = await readFile(keyFile, "utf8");
  const figures: Figure[] = [];
  for (const attack of attacks) {
    fixture.doing(`checks before ${attack}`);
    const before = await checks.ask({ url, token, seconds: CALM_SECONDS });
    fixture.doing(`checks through ${attack}`);
    const [through] = await Promise.all([
      checks.ask({ url, token, seconds: ATTACK_SECONDS }),
      attacker.ask({ attack, port, privateKey, seconds: ATTACK_SECONDS }),
    ]);
    const calm = { what: "/verify, calm", unit: "ms", runs: before, quantile: 0.99 } as const;
    figures.push(calm, {
      what: `/verify through ${attack}`,
      unit: "ms",
      runs: through,
      quantile: 0.99,
      against: calm,
      bars: CHECK_BARS,
    });
  }
  return figures;
}
