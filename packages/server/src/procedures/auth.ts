import { whoAmI } from "../services/who-am-i.ts";
import { router, signedIn, unwrap } from "../trpc.ts";

// auth.*: who is calling.

export const auth = router({
  whoami: signedIn.query(async ({ ctx: { services, caller } }) =>
    unwrap(await whoAmI(services, caller)),
  ),
});
