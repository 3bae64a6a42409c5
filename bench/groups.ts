import type { Group } from "./fixture.ts";
import { audit } from "./audit/audit.ts";
import { list } from "./list/list.ts";
import { login } from "./login/login.ts";
import { checks } from "./request-path/checks.ts";
import { inside } from "./request-path/inside.ts";
import { peers } from "./request-path/peers.ts";
import { revocation } from "./request-path/revocation.ts";
import { verifier } from "./request-path/verifier.ts";
import { restart } from "./restart/restart.ts";
import { ssh } from "./ssh/ssh.ts";
import { start } from "./start/start.ts";
import { team } from "./team/team.ts";
import { terminal } from "./terminal/terminal.ts";

/** All that `npm run bench` measures, in order. */
export const groups: readonly Group[] = [
  start,
  terminal,
  team,
  restart,
  checks,
  inside,
  verifier,
  revocation,
  peers,
  list,
  audit,
  login,
  ssh,
];
