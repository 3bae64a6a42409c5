/** What `EventSource` tells an event by. Node's own brings all of `fetch` with it, when it is first named. */
export class MessageEvent extends Event {
  readonly data: unknown;
  readonly lastEventId: string;
  readonly origin: string;

  constructor(type: string, init: { data?: unknown; lastEventId?: string; origin?: string } = {}) {
    super(type);
    this.data = init.data ?? null;
    this.lastEventId = init.lastEventId ?? "";
    this.origin = init.origin ?? "";
  }
}
