// The address of a page remembers how it is set; so does the link to the same page in the other language.

export function remember(query) {
  const written = query.toString();
  history.replaceState(null, "", written ? `?${written}` : location.pathname);
  const link = document.querySelector("a.language");
  const other = new URLSearchParams(query);
  other.set("lang", link.lang);
  link.search = other;
}
