import { createContext, use } from "react";

/** What somebody else did to a layer's key, and whether it can now only be closed. */
type NewsShown = { readonly news: string | null; readonly over: string | null };

export const NewsContext = createContext<NewsShown>({ news: null, over: null });

export function useNews(): NewsShown {
  return use(NewsContext);
}
