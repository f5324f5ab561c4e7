//! `--json` and `--yaml`: what Slurm's commands say, as data. Here is the tree; json.rs and yaml.rs write it as Slurm's
//! serializers do, layout.rs says how that was chosen,
//! meta.rs has what stands beside the answer, parser.rs how it was asked for.

mod json;
mod layout;
mod meta;
mod parser;
mod yaml;

pub use layout::Layout;
pub use meta::{command, openapi_meta, parser_meta};
pub use parser::{Number, Parser};

/// How it is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    Json,
    Yaml,
}

impl Form {
    /// The media type, as Slurm's messages name it.
    pub fn media_type(self) -> &'static str {
        match self {
            Self::Json => "application/json",
            Self::Yaml => "application/x-yaml",
        }
    }
}

/// A tree of values.
#[derive(Clone, Debug, PartialEq)]
pub enum Data {
    Null,
    /// A text that is a null pointer: an empty one in JSON, null in YAML.
    NoText,
    Bool(bool),
    Int(i64),
    Float(f64),
    Text(Vec<u8>),
    List(Vec<Data>),
    /// In the order in which keys were added.
    Map(Vec<(&'static str, Data)>),
    /// A map whose keys are numbers.
    Numbered(Vec<(u32, Data)>),
}

impl Data {
    /// A map without keys.
    pub const fn map() -> Self {
        Self::Map(Vec::new())
    }

    /// A text.
    pub fn text(text: impl Into<Vec<u8>>) -> Self {
        Self::Text(text.into())
    }

    /// Adds a value to a map; `cpus/load/minimum` is a value of a map in a map. What is no map becomes one.
    pub fn put(&mut self, path: &'static str, value: Data) {
        let (key, rest) = path.split_once('/').map_or((path, None), |(key, rest)| (key, Some(rest)));
        if !matches!(self, Self::Map(_)) {
            *self = Self::map();
        }
        let Self::Map(entries) = self else { return };
        let at = entries.iter().position(|(name, _)| *name == key).unwrap_or_else(|| {
            entries.push((key, Self::Null));
            entries.len() - 1
        });
        let Some((_, entry)) = entries.get_mut(at) else { return };
        match rest {
            None => *entry = value,
            Some(rest) => entry.put(rest, value),
        }
    }

    /// Writes it.
    pub fn write(&self, form: Form, layout: Layout) -> Vec<u8> {
        match form {
            Form::Json => json::write(self, layout),
            Form::Yaml => yaml::write(self, layout),
        }
    }
}

impl From<u64> for Data {
    /// Numbers have a sign; what is too large wraps as it does in Slurm.
    fn from(number: u64) -> Self {
        Self::Int(number as i64)
    }
}

impl From<u32> for Data {
    fn from(number: u32) -> Self {
        Self::Int(number.into())
    }
}

impl From<u16> for Data {
    fn from(number: u16) -> Self {
        Self::Int(number.into())
    }
}

impl From<i64> for Data {
    fn from(number: i64) -> Self {
        Self::Int(number)
    }
}

impl From<&str> for Data {
    fn from(text: &str) -> Self {
        Self::text(text)
    }
}

/// One name of a bit, or of a value of several bits.
#[derive(Clone, Copy, Debug)]
pub enum Flag {
    /// All bits are set, and no value of several bits was named.
    Bits(u64, &'static str),
    /// All bits of the first are set, and no value was named of bits that lie in the mask, the second.
    Masked(u64, u64, &'static str),
    /// The bits of the mask, the second, have the value of the first.
    Equal(u64, u64, &'static str),
}

/// The names of what is set, in the table's order.
pub fn flags(value: u64, table: &[Flag]) -> Data {
    let mut used = 0;
    let mut names = Vec::new();
    for flag in table {
        match *flag {
            Flag::Bits(bits, name) if used == 0 && value & bits == bits => names.push(Data::text(name)),
            Flag::Masked(bits, mask, name) if used & mask == 0 && value & mask & bits == bits => {
                names.push(Data::text(name));
            }
            Flag::Equal(bits, mask, name) if value & mask == bits => {
                used |= mask;
                names.push(Data::text(name));
            }
            _ => {}
        }
    }
    Data::List(names)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths() {
        let mut data = Data::map();
        data.put("b/x/y", 1u32.into());
        data.put("a", "text".into());
        data.put("b/z", Data::Null);
        let text = data.write(Form::Json, Layout::default());
        assert_eq!(
            String::from_utf8(text).unwrap(),
            "{\n  \"b\": {\n    \"x\": {\n      \"y\": 1\n    },\n    \"z\": null\n  },\n  \"a\": \"text\"\n}"
        );
    }

    #[test]
    fn names_of_bits() {
        const TABLE: &[Flag] = &[
            Flag::Equal(2, 15, "IDLE"),
            Flag::Equal(0, u64::MAX, "NONE"),
            Flag::Masked(1 << 9, !15, "DRAIN"),
            Flag::Masked(3 << 9, !15, "BOTH"),
            Flag::Bits(1 << 11, "ALONE"),
        ];
        let text =
            |value| String::from_utf8(flags(value, TABLE).write(Form::Json, Layout::default())).unwrap();
        assert_eq!(text(2), "[\n  \"IDLE\"\n]");
        assert_eq!(text(2 | 3 << 9), "[\n  \"IDLE\",\n  \"DRAIN\",\n  \"BOTH\"\n]");
        assert_eq!(text(0), "[\n  \"NONE\"\n]");
        assert_eq!(text(2 | 1 << 11), "[\n  \"IDLE\"\n]");
        assert_eq!(text(3 | 1 << 11), "[\n  \"ALONE\"\n]");
        assert_eq!(text(1), "[]");
    }
}
