"""Sets up the Odoo database that the tests run against: python3 setup.py CONFIG DATABASE MODULES KEYS_FILE

It holds two companies of different currencies, "Main" and "Second", English and German, no demonstration data, and beside the administrator the two users that a site
gives Crosswalk: "crosswalk-reader" may read master data, "crosswalk-writer" may also change it, and neither may touch
anything else. Their API keys and the administrator's are written to KEYS_FILE as JSON. Crosswalk's documentation asks a
site for exactly these rights, so the tests fail if they do not suffice.
"""

import json
import os
import sys

import odoo
from odoo import SUPERUSER_ID, api
from odoo.modules.registry import Registry
from odoo.service.db import _create_empty_database
from odoo.tools import config

# What the writer may do beyond reading: w(rite), c(reate), d(elete). Records themselves are archived, never deleted; only
# lines of a record and a supplier's price may go. The reader reads the same models.
RIGHTS = {
    "wc": """
        product.template product.product product.category product.attribute product.attribute.value
        product.template.attribute.line product.template.attribute.value uom.uom mrp.bom mrp.workcenter mrp.workcenter.tag
        resource.resource res.partner res.partner.category stock.location stock.lot ir.model.data""",
    "wcd": """
        product.supplierinfo product.uom mrp.bom.line mrp.bom.byproduct mrp.routing.workcenter mrp.workcenter.capacity""",
    # Odoo's own code reads these while the models above are written
    "": """
        product.tag resource.calendar stock.warehouse stock.quant stock.move stock.move.line stock.route stock.rule
        stock.picking stock.picking.type stock.putaway.rule stock.warehouse.orderpoint mrp.production mrp.workorder
        purchase.order.line sale.order.line decimal.precision res.company res.currency res.country res.lang""",
}


def create_companies(env):
    """Returns both companies, each with a warehouse; Odoo itself gives one to the first company only."""
    main = env.ref("base.main_company")
    main.name = "Main"
    env["stock.warehouse"].search([("company_id", "=", main.id)]).name = "Main"
    currency = env.ref("base.USD") if main.currency_id == env.ref("base.EUR") else env.ref("base.EUR")
    second = env["res.company"].create({"name": "Second", "currency_id": currency.id})
    env["stock.warehouse"].create({"name": "Second", "code": "WH2", "company_id": second.id})
    return main | second


def create_group(env, role):
    """Returns a group with the role's rights; of external identifiers it knows only those of Crosswalk."""
    group = env["res.groups"].create({"name": f"Crosswalk {role}", "api_key_duration": 365})
    for rights, models in RIGHTS.items():
        granted = rights if role == "writer" else ""
        for name in models.split():
            env["ir.model.access"].create({
                "name": f"crosswalk {role} {name}",
                "model_id": env["ir.model"]._get_id(name),
                "group_id": group.id,
                "perm_read": True,
                "perm_write": "w" in granted,
                "perm_create": "c" in granted,
                "perm_unlink": "d" in granted,
            })
    env["ir.rule"].create({
        "name": f"crosswalk {role}: own external identifiers",
        "model_id": env["ir.model"]._get_id("ir.model.data"),
        "groups": [(4, group.id, 0)],
        "domain_force": "[('module', '=', '__crosswalk__')]",
    })
    return group


def create_user(env, role, companies):
    """Returns the role's user, who works in both companies, in English and in UTC."""
    groups = env.ref("base.group_user") | create_group(env, role)
    return env["res.users"].with_context(no_reset_password=True).create({
        "name": f"Crosswalk {role}",
        "login": f"crosswalk-{role}",
        "email": f"crosswalk-{role}@example.com",
        "group_ids": [(6, 0, groups.ids)],
        "company_id": companies[0].id,
        "company_ids": [(6, 0, companies.ids)],
        "lang": "en_US",
        "tz": "UTC",
        "notification_type": "inbox",
    })


def create_key(env, user):
    """Returns a key of the user that does not expire, for calls from outside only."""
    return env["res.users.apikeys"].with_user(user).sudo()._generate("rpc", "crosswalk test", None)


def main():
    """Creates the database, installs the modules and writes the keys."""
    conf, database, modules, keys_file = sys.argv[1:]
    config.parse_config(["-c", conf, "-d", database])
    _create_empty_database(database)
    registry = Registry.new(database, update_module=True, install_modules=["base", *modules.split(",")], new_db_demo=False)
    with registry.cursor() as cursor:
        env = api.Environment(cursor, SUPERUSER_ID, {"tracking_disable": True})
        env["res.lang"]._activate_lang("de_DE")
        companies = create_companies(env)
        users = {role: create_user(env, role, companies) for role in ("reader", "writer")}
        users["admin"] = env.ref("base.user_admin")
        users["admin"].company_ids = companies
        keys = {role: create_key(env, user) for role, user in users.items()}
        cursor.commit()
    with open(os.open(keys_file, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="utf-8") as file:
        json.dump(keys, file)
    odoo.sql_db.close_all()


main()
