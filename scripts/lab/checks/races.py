"""Everything that can come at a bad moment on the device side."""
from areas import Area
from checks.races_kinds import Kinds
from checks.races_nodes import NodeRaces
from checks.races_udev import UdevRaces
from codes import card


class Races(Area, NodeRaces, UdevRaces, Kinds):
    name = "races"
    title = "late permissions, replaced nodes, replugs, storms, lost events, grabs, equal and composite scanners, wrong modes"

    def run(self):
        self.number = 0
        self.run_parts(self.late_permissions, self.replaced_node, self.quick_replug, self.grab_held, self.storms, self.monitor_overflow,
                       self.no_udevd, self.same_serial, self.wrong_mode, self.composite, self.virtual_keyboard, self.frozen)

    def next_code(self):
        self.number += 1
        return self.code(card("84222", self.number))
