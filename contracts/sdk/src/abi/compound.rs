//! Tuples and arrays.

use super::{AbiType, Decode, Encode, Malformed, Reader, Value};
use crate::constant::Name;
use alloc::vec::Vec;

/// Puts the encoding of a dynamic element at the end, and its offset, counted from `frame`, where its place is.
fn encode_behind(element: &impl Encode, frame: usize, place: usize, out: &mut Vec<u8>) {
    let offset = (out.len() - frame) as u128;
    if let Some(word) = out.get_mut(place..).and_then(<[u8]>::first_chunk_mut) {
        *word = offset.to_word();
    }
    element.encode(out);
}

/// Appends an element, or a place for its offset. Gives the place.
fn encode_head<T: Encode>(element: &T, out: &mut Vec<u8>) -> usize {
    let place = out.len();
    if T::DYNAMIC {
        out.extend_from_slice(&[0; 32]);
    } else {
        element.encode(out);
    }
    place
}

fn encode_all<T: Encode>(elements: &[T], out: &mut Vec<u8>) {
    let frame = out.len();
    for element in elements {
        encode_head(element, out);
    }
    if T::DYNAMIC {
        for (index, element) in elements.iter().enumerate() {
            encode_behind(element, frame, frame + 32 * index, out);
        }
    }
}

impl<T: AbiType> AbiType for Vec<T> {
    const NAME: Name = T::NAME.then("[]");
    const DYNAMIC: bool = true;
}

impl<T: Encode> Encode for Vec<T> {
    fn encode(&self, out: &mut Vec<u8>) {
        (self.len() as u128).encode(out);
        encode_all(self, out);
    }
}

impl<T: Decode> Decode for Vec<T> {
    fn decode(reader: &mut Reader<'_>) -> Result<Self, Malformed> {
        const { assert!(T::HEAD > 0, "an element without a size could be there any number of times") };
        let count = reader.size()?;
        let elements = reader.rest();
        // Before room is made for them.
        if count > elements.len() / T::HEAD {
            return Err(Malformed);
        }
        let mut reader = Reader::new(elements);
        let mut vec = Vec::with_capacity(count);
        for _ in 0..count {
            vec.push(reader.element()?);
        }
        Ok(vec)
    }
}

impl<T: AbiType, const N: usize> AbiType for [T; N] {
    const NAME: Name = T::NAME.then("[").then_number(N).then("]");
    const DYNAMIC: bool = T::DYNAMIC;
    const HEAD: usize = if T::DYNAMIC { 32 } else { T::HEAD * N };
}

impl<T: Encode, const N: usize> Encode for [T; N] {
    fn encode(&self, out: &mut Vec<u8>) {
        encode_all(self, out);
    }
}

impl<T: Decode, const N: usize> Decode for [T; N] {
    fn decode(reader: &mut Reader<'_>) -> Result<Self, Malformed> {
        let mut vec = Vec::with_capacity(N);
        for _ in 0..N {
            vec.push(reader.element()?);
        }
        vec.try_into().map_err(|_| Malformed)
    }
}

macro_rules! tuple {
    ($($type:ident $index:tt),*) => {
        impl<$($type: AbiType),*> AbiType for ($($type,)*) {
            const NAME: Name = {
                let name = Name::new("(");
                $(
                    let name = if $index == 0 { name } else { name.then(",") };
                    let name = name.then($type::NAME.as_str());
                )*
                name.then(")")
            };
            const DYNAMIC: bool = false $(|| $type::DYNAMIC)*;
            const HEAD: usize = if Self::DYNAMIC { 32 } else { 0 $(+ $type::HEAD)* };
        }

        impl<$($type: Encode),*> Encode for ($($type,)*) {
            #[allow(unused_variables, reason = "by the number of elements")]
            fn encode(&self, out: &mut Vec<u8>) {
                let frame = out.len();
                let places = [$(encode_head(&self.$index, out)),*];
                let places: &[usize] = &places;
                $(
                    if $type::DYNAMIC {
                        encode_behind(&self.$index, frame, places[$index], out);
                    }
                )*
            }
        }

        impl<$($type: Decode),*> Decode for ($($type,)*) {
            #[allow(unused_variables, reason = "by the number of elements")]
            fn decode(reader: &mut Reader<'_>) -> Result<Self, Malformed> {
                Ok(($(reader.element::<$type>()?,)*))
            }
        }
    };
}

tuple!();
tuple!(A 0);
tuple!(A 0, B 1);
tuple!(A 0, B 1, C 2);
tuple!(A 0, B 1, C 2, D 3);
tuple!(A 0, B 1, C 2, D 3, E 4);
tuple!(A 0, B 1, C 2, D 3, E 4, F 5);
tuple!(A 0, B 1, C 2, D 3, E 4, F 5, G 6);
tuple!(A 0, B 1, C 2, D 3, E 4, F 5, G 6, H 7);
tuple!(A 0, B 1, C 2, D 3, E 4, F 5, G 6, H 7, I 8);
tuple!(A 0, B 1, C 2, D 3, E 4, F 5, G 6, H 7, I 8, J 9);
tuple!(A 0, B 1, C 2, D 3, E 4, F 5, G 6, H 7, I 8, J 9, K 10);
tuple!(A 0, B 1, C 2, D 3, E 4, F 5, G 6, H 7, I 8, J 9, K 10, L 11);
