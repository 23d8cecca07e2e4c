import type { Metadata } from "next";
import { EventsScreen } from "./_components/events-screen";

export const metadata: Metadata = { title: "Events" };

export default function EventsPage() {
  return <EventsScreen />;
}
