import { cva, type VariantProps } from "class-variance-authority";
import { LoaderCircle } from "lucide-react";
import { Slot } from "radix-ui";
import type * as React from "react";
import { cn } from "@/components/cn";

const buttonVariants = cva(
  "inline-flex shrink-0 select-none items-center justify-center gap-2 whitespace-nowrap rounded-md border border-transparent font-medium text-sm transition-colors disabled:pointer-events-none disabled:opacity-50 aria-disabled:cursor-not-allowed aria-disabled:opacity-50 [&_svg:not([class*='size-'])]:size-4 [&_svg]:pointer-events-none [&_svg]:shrink-0",
  {
    variants: {
      variant: {
        primary: "bg-accent text-accent-foreground hover:bg-accent-hover",
        secondary: "border-control bg-surface text-foreground hover:bg-raised",
        ghost: "text-foreground hover:bg-raised aria-expanded:bg-raised",
        danger: "bg-danger text-danger-contrast hover:bg-danger-hover",
        link: "rounded-sm text-accent underline underline-offset-4 hover:text-accent-hover",
      },
      size: {
        default: "h-8 px-3",
        sm: "h-7 gap-1.5 px-2.5 text-xs",
        icon: "size-8",
        "icon-sm": "size-6 rounded-sm",
      },
    },
    defaultVariants: { variant: "secondary", size: "default" },
  },
);

type ButtonProps = React.ComponentProps<"button"> &
  VariantProps<typeof buttonVariants> & {
    asChild?: boolean | undefined;
    /** Shows a spinner and ignores presses; the button keeps focus. */
    pending?: boolean | undefined;
  };

function Button({
  className,
  variant,
  size,
  asChild = false,
  pending = false,
  type = "button",
  onClick,
  children,
  ...props
}: ButtonProps) {
  const classes = cn(buttonVariants({ variant, size }), className);
  if (asChild) {
    return (
      <Slot.Root className={classes} onClick={onClick} {...props}>
        {children}
      </Slot.Root>
    );
  }
  const blocked = pending || props["aria-disabled"] === true || props["aria-disabled"] === "true";
  return (
    <button
      {...props}
      type={type}
      className={classes}
      aria-busy={pending || undefined}
      aria-disabled={blocked || undefined}
      onClick={blocked ? (event) => event.preventDefault() : onClick}
    >
      {pending ? <LoaderCircle className="animate-spin" aria-hidden /> : null}
      {children}
    </button>
  );
}

export { Button, type ButtonProps, buttonVariants };
