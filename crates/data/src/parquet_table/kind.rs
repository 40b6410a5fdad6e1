//! What the values of a Parquet column mean.

use parquet::basic::{ConvertedType, LogicalType, TimeUnit, Type};
use parquet::schema::types::ColumnDescriptor;

/// How a stored value becomes text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// A number, a bool or a text, as it is stored.
    Plain,
    /// An integer without sign.
    Unsigned,
    /// An integer with a point before its last digits.
    Decimal(u32),
    /// Days since 1970-01-01.
    Date,
    /// Time of a day, in ticks of which a second has so many.
    Time(i64),
    /// Time since 1970-01-01, in ticks of which a second has so many.
    Timestamp(i64),
    /// A float of two bytes.
    Half,
    /// Sixteen bytes.
    Uuid,
}

const MILLI: i64 = 1_000;
const MICRO: i64 = 1_000_000;
const NANO: i64 = 1_000_000_000;

impl Kind {
    /// The kind of a column, or what it holds where no text can be made of it.
    pub fn of(column: &ColumnDescriptor) -> Result<Kind, String> {
        let kind = match column.logical_type_ref() {
            Some(logical) => Kind::logical(logical, column)?,
            None => Kind::converted(column)?,
        };
        let stored = column.physical_type();
        let fits = match kind {
            Kind::Plain => stored != Type::FIXED_LEN_BYTE_ARRAY && stored != Type::INT96,
            Kind::Unsigned | Kind::Time(_) => matches!(stored, Type::INT32 | Type::INT64),
            Kind::Timestamp(_) => matches!(stored, Type::INT64 | Type::INT96),
            Kind::Date => stored == Type::INT32,
            Kind::Half => stored == Type::FIXED_LEN_BYTE_ARRAY && column.type_length() == 2,
            Kind::Uuid => stored == Type::FIXED_LEN_BYTE_ARRAY && column.type_length() == 16,
            Kind::Decimal(_) => match stored {
                Type::FIXED_LEN_BYTE_ARRAY => column.type_length() <= 16,
                stored => matches!(stored, Type::INT32 | Type::INT64 | Type::BYTE_ARRAY),
            },
        };
        match fits {
            true => Ok(kind),
            false => Err(match stored {
                Type::FIXED_LEN_BYTE_ARRAY => format!("values of {} bytes", column.type_length()),
                stored => format!("values stored as {stored}"),
            }),
        }
    }

    fn logical(logical: &LogicalType, column: &ColumnDescriptor) -> Result<Kind, String> {
        Ok(match logical {
            LogicalType::String | LogicalType::Enum | LogicalType::Json | LogicalType::Unknown => {
                Kind::Plain
            }
            LogicalType::Integer(int) if int.is_signed => Kind::Plain,
            LogicalType::Integer(_) => Kind::Unsigned,
            LogicalType::Decimal(_) => decimal(column)?,
            LogicalType::Date => Kind::Date,
            LogicalType::Time(time) => Kind::Time(ticks(&time.unit)),
            LogicalType::Timestamp(time) => Kind::Timestamp(ticks(&time.unit)),
            LogicalType::Float16 => Kind::Half,
            LogicalType::Uuid => Kind::Uuid,
            other => return Err(format!("values of the type {other:?}")),
        })
    }

    /// The kind of files that were written before logical types.
    fn converted(column: &ColumnDescriptor) -> Result<Kind, String> {
        Ok(match column.converted_type() {
            ConvertedType::NONE if column.physical_type() == Type::INT96 => Kind::Timestamp(NANO),
            ConvertedType::UINT_8
            | ConvertedType::UINT_16
            | ConvertedType::UINT_32
            | ConvertedType::UINT_64 => Kind::Unsigned,
            ConvertedType::DECIMAL => decimal(column)?,
            ConvertedType::DATE => Kind::Date,
            ConvertedType::TIME_MILLIS => Kind::Time(MILLI),
            ConvertedType::TIME_MICROS => Kind::Time(MICRO),
            ConvertedType::TIMESTAMP_MILLIS => Kind::Timestamp(MILLI),
            ConvertedType::TIMESTAMP_MICROS => Kind::Timestamp(MICRO),
            other @ (ConvertedType::BSON | ConvertedType::INTERVAL) => {
                return Err(format!("values of the type {other}"));
            }
            _ => Kind::Plain,
        })
    }
}

fn decimal(column: &ColumnDescriptor) -> Result<Kind, String> {
    match u32::try_from(column.type_scale()) {
        Ok(scale) if scale <= 38 => Ok(Kind::Decimal(scale)),
        _ => Err(format!("decimals of the scale {}", column.type_scale())),
    }
}

fn ticks(unit: &TimeUnit) -> i64 {
    match unit {
        TimeUnit::MILLIS => MILLI,
        TimeUnit::MICROS => MICRO,
        TimeUnit::NANOS => NANO,
    }
}
