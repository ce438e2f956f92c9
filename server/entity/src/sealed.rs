//! A column whose content rests encrypted, on both engines.

use sea_orm::{
    ColIdx, QueryResult, TryGetError, TryGetable, Value,
    sea_query::{ArrayType, ColumnType, Nullable, ValueType, ValueTypeErr},
};
use serde::{Serialize, de::DeserializeOwned};
use std::{fmt, marker::PhantomData};
use uuid::Uuid;
use vault::{ColumnPlace, Key, Opening, SecureRandom};

/// A value of type `T`, sealed under the firm's column key and bound to its table, column and row.
///
/// Ciphertext that is moved to another row, column or table does not open. The value is held as JSON inside, so that
/// any view of `domain` can rest sealed.
pub struct Sealed<T> {
    bytes: Vec<u8>,
    content: PhantomData<fn() -> T>,
}

/// Where a sealed value stands, and with what it is sealed.
#[derive(Clone, Copy)]
pub struct Sealing<'a> {
    /// The firm's column key.
    pub key: &'a Key,
    /// The table.
    pub table: &'static str,
    /// The column.
    pub column: &'static str,
    /// The row's id.
    pub row: Uuid,
}

impl Sealing<'_> {
    fn place(&self) -> ColumnPlace<'_> {
        ColumnPlace {
            table: self.table,
            column: self.column,
            row: *self.row.as_bytes(),
        }
    }
}

impl<T: Serialize + DeserializeOwned> Sealed<T> {
    /// Seals `value` for its place.
    ///
    /// # Errors
    /// The value has no JSON form.
    pub fn seal(value: &T, at: Sealing<'_>, random: &SecureRandom) -> Result<Self, Opening> {
        let plain = serde_json::to_vec(value).map_err(|_| Opening::Malformed)?;
        Ok(Self {
            bytes: vault::seal_column(at.key, &at.place(), &plain, random),
            content: PhantomData,
        })
    }

    /// Opens the value at its place.
    ///
    /// # Errors
    /// It was sealed elsewhere or under another key, or its bytes were changed.
    pub fn open(&self, at: Sealing<'_>) -> Result<T, Opening> {
        let plain = vault::open_column(at.key, &at.place(), &self.bytes)?;
        serde_json::from_slice(&plain).map_err(|_| Opening::Malformed)
    }
}

impl<T> Clone for Sealed<T> {
    fn clone(&self) -> Self {
        Self {
            bytes: self.bytes.clone(),
            content: PhantomData,
        }
    }
}

impl<T> PartialEq for Sealed<T> {
    fn eq(&self, other: &Self) -> bool {
        self.bytes == other.bytes
    }
}

impl<T> Eq for Sealed<T> {}

impl<T> fmt::Debug for Sealed<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Sealed({} bytes)", self.bytes.len())
    }
}

impl<T> From<Sealed<T>> for Value {
    fn from(sealed: Sealed<T>) -> Self {
        sealed.bytes.into()
    }
}

impl<T> TryGetable for Sealed<T> {
    fn try_get_by<I: ColIdx>(row: &QueryResult, index: I) -> Result<Self, TryGetError> {
        Vec::<u8>::try_get_by(row, index).map(|bytes| Self {
            bytes,
            content: PhantomData,
        })
    }
}

impl<T> ValueType for Sealed<T> {
    fn try_from(value: Value) -> Result<Self, ValueTypeErr> {
        <Vec<u8> as ValueType>::try_from(value).map(|bytes| Self {
            bytes,
            content: PhantomData,
        })
    }

    fn type_name() -> String {
        "Sealed".to_owned()
    }

    fn array_type() -> ArrayType {
        <Vec<u8> as ValueType>::array_type()
    }

    fn column_type() -> ColumnType {
        <Vec<u8> as ValueType>::column_type()
    }
}

impl<T> Nullable for Sealed<T> {
    fn null() -> Value {
        <Vec<u8> as Nullable>::null()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(key: &Key, row: u8) -> Sealing<'_> {
        Sealing {
            key,
            table: "message",
            column: "text",
            row: Uuid::from_bytes([row; 16]),
        }
    }

    #[test]
    fn a_sealed_value_opens_in_its_own_row_only() {
        let random = SecureRandom::seeded(1);
        let key = Key::generate(&random);
        let sealed = Sealed::seal(&"Planted words".to_owned(), at(&key, 1), &random).expect("sealed");
        assert_eq!(sealed.open(at(&key, 1)).expect("opened"), "Planted words");
        assert!(sealed.open(at(&key, 2)).is_err());
        assert!(
            sealed
                .open(Sealing {
                    column: "subject",
                    ..at(&key, 1)
                })
                .is_err()
        );
        assert!(!sealed.bytes.windows(7).any(|w| w == b"Planted"));
    }
}
