# Crosswalk guard: compares one record with what a decision was made on and sets it, in one transaction.
# Odoo's sandbox knows no closures, hence the loops.
# context["xw"] = {"model", "id", "expect": {field: value}, "vals": {field: value}}; without it the guard says that it is there.
MODELS = {"product.product": ["default_code", "name", "weight", "barcode", "tracking", "active"]}
env = env(su=False)  # the caller's own rights count, not those of whoever installed this
order = env.context.get("xw")


def same(record, name, wanted):
    if record._fields[name].type != "float":
        return (record[name] or False) == (wanted or False)
    digits = record._fields[name].get_digits(env)
    return float_compare(record[name], wanted or 0.0, precision_digits=digits[1] if digits else 12) == 0


def holds(record, values):
    for name, wanted in values.items():
        if not same(record, name, wanted):
            return False
    return True


if not order:
    action = {"status": "ready", "version": 1}
else:
    expect, vals = order["expect"], order["vals"]
    names = sorted(set(expect) | set(vals))
    if not vals or set(names) - set(MODELS.get(order["model"], [])):
        raise UserError("The Crosswalk guard may not write %s of %s." % (", ".join(names), order["model"]))
    record = env[order["model"]].browse(order["id"]).exists()
    if not record:
        action = {"status": "missing"}
    else:
        record.check_access("write")
        for link in record._inherits.values():
            record[link].lock_for_update(allow_referencing=True)
        record.lock_for_update(allow_referencing=True)
        env.invalidate_all()
        if holds(record, vals):
            action = {"status": "already"}
        elif not holds(record, expect):
            action = {"status": "conflict"}
        else:
            fields = {name: value for name, value in vals.items() if name != "active"}
            if fields:
                record.write(fields)
            # a template goes with its last active variant, which Odoo sees only without archived ones
            if "active" in vals and vals["active"]:
                record.with_context(active_test=True).action_unarchive()
            elif "active" in vals:
                record.with_context(active_test=True).action_archive()
            env.flush_all()
            env.invalidate_all()
            if not holds(record, vals):
                raise UserError("Odoo did not keep the values as they were sent: %s." % {name: record[name] for name in vals})
            action = {"status": "written"}
        action["current"] = {name: record[name] for name in names}
