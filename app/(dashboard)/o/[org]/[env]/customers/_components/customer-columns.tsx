import { CopyId } from "@/components/copy-id";
import { nothing } from "@/components/format";
import type { Feature } from "@/components/pickers/use-catalog";
import type { Column } from "@/components/tables/column-head";
import { Timestamp } from "@/components/timestamp";
import { BalanceMeter } from "./balance-meter";
import { type Customer, nameOf } from "./customer-types";
import { PlanChips } from "./plan-chips";

type CustomerColumns = {
  /** The features whose balances are shown. */
  features: readonly Feature[];
  planName: (id: string) => string;
};

/** The columns of the customer list. */
export function customerColumns({
  features,
  planName,
}: CustomerColumns): readonly Column<Customer>[] {
  return [
    { key: "name", header: "Customer", cell: (customer) => <CustomerName customer={customer} /> },
    {
      key: "id",
      header: "ID",
      narrow: "hide",
      className: "max-w-52",
      cell: ({ id, internal_id }) => <CopyId id={id ?? internal_id} name="Customer ID" />,
    },
    {
      key: "plans",
      header: "Plans",
      cell: ({ subscriptions }) => <PlanChips subscriptions={subscriptions} planName={planName} />,
    },
    ...features.map(
      (feature, index): Column<Customer> => ({
        key: `balance ${feature.id}`,
        header: feature.name,
        narrow: index === 0 ? "show" : "hide",
        className: "md:w-44",
        cell: ({ balances: { [feature.id]: balance } }) =>
          balance ? (
            <BalanceMeter label={feature.name} balance={balance} />
          ) : (
            <span className="text-muted-foreground">{nothing}</span>
          ),
      }),
    ),
    {
      key: "created",
      header: "Created",
      narrow: "hide",
      sortable: true,
      className: "whitespace-nowrap md:w-32",
      cell: ({ created_at }) => <Timestamp at={created_at} show="day" tabStop={false} />,
    },
  ];
}

function CustomerName({ customer }: { customer: Customer }) {
  const name = nameOf(customer);
  return (
    <>
      <span className="break-words">{name}</span>
      {customer.email && customer.email !== name ? (
        <span className="break-words font-normal text-muted-foreground text-xs">
          {customer.email}
        </span>
      ) : null}
    </>
  );
}
