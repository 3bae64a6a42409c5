// @better-auth/api-key on PostgreSQL, called in its own process: no HTTP on its side.
import { apiKey } from "@better-auth/api-key";
import { betterAuth } from "better-auth";
import { getMigrations } from "better-auth/db/migration";
import pg from "pg";
import { measure } from "./load.mjs";

const pool = new pg.Pool({ connectionString: process.env.DATABASE_URL, max: 10 });
const auth = betterAuth({
  database: pool,
  baseURL: "http://localhost",
  secret: "only for this measurement, on an empty database",
  emailAndPassword: { enabled: true },
  telemetry: { enabled: false },
  // It would refuse the load; what is measured is the check itself.
  plugins: [apiKey({ rateLimit: { enabled: false } })],
});
const { runMigrations } = await getMigrations(auth.options);
await runMigrations();
const { user } = await auth.api.signUpEmail({
  body: { email: "bench@example.com", password: "correct horse battery", name: "Bench" },
});
const { key } = await auth.api.createApiKey({ body: { name: "bench", userId: user.id } });
await measure(async () => {
  const { valid, error } = await auth.api.verifyApiKey({ body: { key } });
  if (!valid) throw new Error(error?.message);
});
await pool.end();
