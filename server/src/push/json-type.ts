/** Of a request whose body is said to be JSON. Browsers ask before they send such a one to another origin. */
export const isJson = (contentType: string | null | undefined): boolean =>
  /^application\/([\w.-]+\+)?json *(;|$)/i.test(contentType ?? "");
