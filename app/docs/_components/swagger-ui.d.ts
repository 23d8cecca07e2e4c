/** The part of Swagger UI's bundle that is used here; the package brings no types of its own. */
declare module "swagger-ui-dist/swagger-ui-es-bundle" {
  interface SwaggerUiOptions {
    domNode: HTMLElement;
    url: string;
    deepLinking?: boolean;
    docExpansion?: "list" | "full" | "none";
    defaultModelsExpandDepth?: number;
    displayRequestDuration?: boolean;
    /** Where documents are sent for a verdict; `null` sends them nowhere. */
    validatorUrl?: string | null;
    plugins?: readonly (() => object)[];
    onComplete?: () => void;
  }
  export default function SwaggerUI(options: SwaggerUiOptions): unknown;
}
