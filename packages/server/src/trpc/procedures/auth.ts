import { z } from "zod";
import { endSession, logout } from "../../use-cases/sessions/end-session.ts";
import { listSessions } from "../../use-cases/sessions/list-sessions.ts";
import { login } from "../../use-cases/sessions/login.ts";
import { setOwnPassword } from "../../use-cases/sessions/set-own-password.ts";
import { whoAmI } from "../../use-cases/sessions/who-am-i.ts";
import { sessionToWire } from "../to-wire.ts";
import { anybody, person, router, signedIn, unwrap } from "../procedure.ts";
import { deviceHint, email, nothing, passwordText, sessionId } from "./inputs.ts";

// auth.*: who is calling, and signing in and out.

export const auth = router({
  login: anybody
    .input(z.strictObject({ email, password: passwordText, device: deviceHint.optional() }))
    .mutation(async ({ ctx: { services, origin }, input }) => {
      const started = unwrap(await login(services, origin, input));
      const { sessionToken, expiresAt, caller, device } = started;
      return {
        sessionToken: sessionToken.reveal(),
        expiresAt: expiresAt.toISOString(),
        principal: whoAmI(caller),
        device,
      };
    }),

  logout: signedIn.input(nothing).mutation(async ({ ctx: { services, caller } }) => {
    unwrap(await logout(services, caller));
    return {};
  }),

  whoami: signedIn.input(nothing).query(async ({ ctx: { caller } }) => whoAmI(caller)),

  setPassword: person
    .input(z.strictObject({ current: passwordText, next: passwordText }))
    .mutation(async ({ ctx: { services, caller }, input }) => {
      unwrap(await setOwnPassword(services, caller, input));
      return {};
    }),

  sessions: person.input(nothing).query(async ({ ctx: { services, caller } }) => ({
    items: (await listSessions(services, caller)).map(sessionToWire),
  })),

  endSession: person
    .input(z.strictObject({ id: sessionId }))
    .mutation(async ({ ctx: { services, caller }, input }) => {
      unwrap(await endSession(services, caller, input));
      return {};
    }),
});
