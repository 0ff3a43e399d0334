/** The rows of the tables in a page, each with its cells' texts: `Corner Bakery | Succeeded | TIME`. */
export const pageRows = (page = ""): string[] =>
  [...page.matchAll(/<tr><th scope="row".*?<\/tr>/gs)].map(([row]) =>
    [...row.matchAll(/<t[hd][^>]*>(.*?)<\/t[hd]>/gs)]
      .map(([, cell = ""]) =>
        cell
          .replace(/<time .*?<\/time>/g, "TIME")
          .replace(/<br\/>/g, ", ")
          .replace(/<[^>]*>/g, "")
          .trim(),
      )
      .join(" | "),
  );
