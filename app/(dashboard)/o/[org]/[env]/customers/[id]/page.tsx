import type { Metadata } from "next";
import { CustomerScreen } from "./_components/customer-screen";

export const metadata: Metadata = { title: "Customer" };

type Props = { params: Promise<{ id: string }> };

export default async function CustomerPage({ params }: Props) {
  return <CustomerScreen id={decodeURIComponent((await params).id)} />;
}
