import { auth } from "./procedures/auth.ts";
import { events } from "./procedures/events.ts";
import { keys } from "./procedures/keys.ts";
import { sshKeys } from "./procedures/ssh-keys.ts";
import { users } from "./procedures/users.ts";
import { router } from "./procedure.ts";

/** The public contract. Names here are relied on from outside. */
export const appRouter = router({ auth, events, keys, sshKeys, users });

export type AppRouter = typeof appRouter;
