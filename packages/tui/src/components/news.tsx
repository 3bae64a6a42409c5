import { createContext, use } from "react";

/** What somebody else did to the key of a layer, and whether that leaves nothing to do there but to close it. */
type NewsShown = { readonly news: string | null; readonly over: string | null };

export const NewsContext = createContext<NewsShown>({ news: null, over: null });

export function useNews(): NewsShown {
  return use(NewsContext);
}
