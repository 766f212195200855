#!/usr/bin/env python3
"""Writes schemas.json.gz: the types of the built-in kinds, from the OpenAPI v3 documents of the transcripts.

    python3 import_schemas.py [DIRECTORY-OF-openapi-v3] [schemas.json.gz]

Kept: names, types, properties, required, defaults, formats, x-kubernetes-* extensions. Dropped: every description.
go-fields.tsv adds what OpenAPI does not say: the order of fields, the Go type (for texts of decoding errors, and whether zero
differs from absent) and what the encoder leaves out: o = omitempty, z = omitzero. It is kept by hand.
"""
import glob
import gzip
import json
import os
import sys

here = os.path.dirname(os.path.abspath(__file__))
source = sys.argv[1] if len(sys.argv) > 1 else os.path.join(
    here, "../../../../../shared/reference/kube-transcripts/discovery/openapi-v3")
target = sys.argv[2] if len(sys.argv) > 2 else os.path.join(here, "schemas.json.gz")


def go_fields():
    types, current = {}, None
    with open(os.path.join(here, "go-fields.tsv")) as lines:
        for line in lines.read().splitlines():
            if line.startswith("#"):
                current = types.setdefault(line[1:], {})
            else:
                name, go_type, *flags = line.split("\t")
                current[name] = [go_type] + flags
    return types


def strip(node, inside_properties=False):
    if isinstance(node, dict):
        return {k: strip(v, k == "properties" and not inside_properties) for k, v in node.items()
                if inside_properties or k != "description"}
    return [strip(x) for x in node] if isinstance(node, list) else node


def flatten(prop):
    """allOf with the one reference becomes the reference beside its siblings; the server writes it back when it publishes."""
    if len(prop.get("allOf", [])) == 1 and "$ref" in prop["allOf"][0]:
        prop = {**prop, "$ref": prop["allOf"][0]["$ref"]}
        del prop["allOf"]
    if "$ref" in prop:
        prop["$ref"] = prop["$ref"].rsplit("/", 1)[1]
    for key in ("items", "additionalProperties"):
        if isinstance(prop.get(key), dict):
            prop[key] = flatten(prop[key])
    return prop


def main():
    facts, types = go_fields(), {}
    for path in sorted(glob.glob(os.path.join(source, "*.json.gz"))):
        with gzip.open(path) as stream:
            document = json.load(stream)
        for name, schema in document.get("components", {}).get("schemas", {}).items():
            if name.startswith("io.k8s.storage.snapshot."):
                continue  # custom resources: their definitions bring their schemas
            schema = strip(schema)
            if name in types and "x-kubernetes-group-version-kind" in schema:
                known = types[name]["x-kubernetes-group-version-kind"]
                known += [k for k in schema["x-kubernetes-group-version-kind"] if k not in known]
                continue
            properties = schema.get("properties")
            if properties:
                order = facts.get(name, {})
                schema["properties"] = {
                    key: {**flatten(properties[key]), **({"x-go": order[key]} if key in order else {})}
                    for key in [k for k in order if k in properties] + sorted(k for k in properties if k not in order)}
            types[name] = schema
    with open(target, "wb") as raw, gzip.GzipFile(filename="", mode="wb", fileobj=raw, mtime=0) as out:
        out.write(json.dumps(dict(sorted(types.items())), separators=(",", ":")).encode())
    print(f"{len(types)} types, {os.path.getsize(target)} bytes")


if __name__ == "__main__":
    main()
