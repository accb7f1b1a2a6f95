# Crosswalk guard: compares one record with what a decision was made on and sets it, in one transaction.
# Odoo's sandbox knows no closures, hence the loops.
# context["xw"] = {"model", "id", "expect": {field: value}, "vals": {field: value}}; without it the guard says that it is there.
# A name such as "description_sale@de_DE" is a field in one language. Besides the fields listed a site's own plain ones may be set.
MODELS = {"product.product": [
    "default_code", "name", "weight", "barcode", "tracking", "active", "description_sale", "categ_id", "hs_code", "country_of_origin",
]}
PLAIN = ["char", "text", "selection", "float", "integer"]
env = env(su=False)  # the caller's own rights count, not those of whoever installed this
order = env.context.get("xw")


def allowed(model, name):
    plain, mark, lang = name.partition("@")
    if plain in MODELS[model]:
        return True
    return plain.startswith("x_") and plain in env[model]._fields and env[model]._fields[plain].type in PLAIN


def value(record, name):
    plain, mark, lang = name.partition("@")
    held = record.with_context(lang=lang)[plain] if lang else record[plain]
    return held.id if record._fields[plain].type == "many2one" else held


def same(record, name, wanted):
    held, field = value(record, name), record._fields[name.partition("@")[0]]
    if field.type != "float":
        return (held or False) == (wanted or False)
    digits = field.get_digits(env)
    return float_compare(held, wanted or 0.0, precision_digits=digits[1] if digits else 12) == 0


def holds(record, values):
    for name, wanted in values.items():
        if not same(record, name, wanted):
            return False
    return True


if not order:
    action = {"status": "ready", "version": 2}
else:
    expect, vals = order["expect"], order["vals"]
    names = sorted(set(expect) | set(vals))
    strange = not vals or order["model"] not in MODELS
    for name in names:
        strange = strange or not allowed(order["model"], name)
    if strange:
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
            fields = {name: wanted for name, wanted in vals.items() if name != "active" and "@" not in name}
            if fields:
                record.write(fields)
            for name, wanted in vals.items():
                plain, mark, lang = name.partition("@")
                if lang:
                    record.with_context(lang=lang).write({plain: wanted})
            # a template goes with its last active variant, which Odoo sees only without archived ones
            if "active" in vals and vals["active"]:
                record.with_context(active_test=True).action_unarchive()
            elif "active" in vals:
                record.with_context(active_test=True).action_archive()
            env.flush_all()
            env.invalidate_all()
            if not holds(record, vals):
                raise UserError("Odoo did not keep the values as they were sent: %s." % {name: value(record, name) for name in vals})
            action = {"status": "written"}
        action["current"] = {name: value(record, name) for name in names}
