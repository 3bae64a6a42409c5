/** Why Latchkey will not start, as a sentence for people that names the mend. */
export class StartRefused extends Error {
  override readonly name = "StartRefused";
}
