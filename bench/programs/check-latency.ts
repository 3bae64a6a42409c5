import { Agent, request } from "node:http";
import { answerParent } from "../program.ts";

// Asks `/verify` at an even pace, whatever becomes of the answers before, and gives the time of each in
// milliseconds: of a server that is held up every answer counts, not one for each connection.

export type Asking = { readonly url: string; readonly token: string; readonly seconds: number };

const PACE_MS = 5;
const PATIENCE_MS = 10_000;

answerParent(async ({ url, token, seconds }: Asking): Promise<number[]> => {
  const agent = new Agent({ keepAlive: true });
  const headers = { authorization: `Bearer ${token}` };
  const ask = () =>
    new Promise<number>((done, failed) => {
      const began = performance.now();
      const asked = request(`${url}/verify`, { agent, headers }, (answer) => {
        if (answer.statusCode !== 200) failed(new Error(`/verify answered ${answer.statusCode}`));
        answer.resume().once("end", () => done(performance.now() - began));
      });
      asked.setTimeout(PATIENCE_MS, () => asked.destroy());
      asked.once("error", () => done(performance.now() - began));
      asked.end();
    });
  const asked: Promise<number>[] = [];
  await new Promise<void>((done) => {
    const pace = setInterval(() => asked.push(ask()), PACE_MS);
    setTimeout(() => {
      clearInterval(pace);
      done();
    }, seconds * 1000);
  });
  const times = await Promise.all(asked);
  agent.destroy();
  return times;
});
