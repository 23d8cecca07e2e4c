/** What a plugin may use of the system: the library's own React, whose elements it can render. */
interface SwaggerSystem {
  React: {
    createElement(
      type: string,
      props: Record<string, unknown> | null,
      ...children: unknown[]
    ): unknown;
  };
}

/** A part of the library's page, replaced: gets the original and the system, gives a component. */
type Replacement = (
  original: unknown,
  system: SwaggerSystem,
) => (props: Readonly<Record<string, unknown>>) => unknown;

export type SwaggerPlugin = () => { wrapComponents: Readonly<Record<string, Replacement>> };

const nothing: Replacement = () => () => null;

/**
 * The page says what the library's head would say again; there is one server, this one; and an
 * operation's path stands inside a button, where a link must not stand.
 */
export const ownPage: SwaggerPlugin = () => ({
  wrapComponents: {
    InfoContainer: nothing,
    ServersContainer: nothing,
    DeepLink:
      (_original, { React }) =>
      ({ text }) =>
        React.createElement("span", null, text),
  },
});
