import { z } from "zod";
import { addUser } from "../../use-cases/users/add-user.ts";
import { setUserDisabled } from "../../use-cases/users/set-user-disabled.ts";
import { setUserPassword } from "../../use-cases/users/set-user-password.ts";
import { setUserRole } from "../../use-cases/users/set-user-role.ts";
import { userToWire } from "../to-wire.ts";
import { adminOnly, adminPerson, router, unwrap } from "../procedure.ts";
import type { User } from "@latchkey/client";
import { anyUserId, email, nothing, passwordText, role } from "./inputs.ts";

// users.*: who may sign in, and as what. For admins; changes only for people.

export const users = router({
  list: adminOnly("users:read")
    .input(nothing)
    .query(
      async ({ ctx: { services } }): Promise<{ items: User[] }> => ({
        items: (await services.store.listUsers()).map(userToWire),
      }),
    ),

  add: adminPerson
    .input(
      z.strictObject({
        email,
        name: z.string("Give a name, or leave it out.").optional(),
        role: role.default("member"),
        password: passwordText.optional(),
      }),
    )
    .mutation(async ({ ctx: { services, caller }, input }) =>
      userToWire(unwrap(await addUser(services, caller, input))),
    ),

  disable: adminPerson
    .input(z.strictObject({ id: anyUserId }))
    .mutation(async ({ ctx: { services, caller }, input: { id } }) =>
      userToWire(unwrap(await setUserDisabled(services, caller, { id, disabled: true }))),
    ),

  enable: adminPerson
    .input(z.strictObject({ id: anyUserId }))
    .mutation(async ({ ctx: { services, caller }, input: { id } }) =>
      userToWire(unwrap(await setUserDisabled(services, caller, { id, disabled: false }))),
    ),

  setRole: adminPerson
    .input(z.strictObject({ id: anyUserId, role }))
    .mutation(async ({ ctx: { services, caller }, input }) =>
      userToWire(unwrap(await setUserRole(services, caller, input))),
    ),

  setPassword: adminPerson
    .input(z.strictObject({ id: anyUserId, password: passwordText }))
    .mutation(async ({ ctx: { services, caller }, input }) =>
      userToWire(unwrap(await setUserPassword(services, caller, input))),
    ),
});
